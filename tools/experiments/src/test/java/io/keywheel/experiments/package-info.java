@NullMarked
package io.keywheel.experiments;

import org.jspecify.annotations.NullMarked;
