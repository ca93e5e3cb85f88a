@NullMarked
package io.keywheel.experiments.rotation;

import org.jspecify.annotations.NullMarked;
