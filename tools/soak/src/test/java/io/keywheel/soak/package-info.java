@NullMarked
package io.keywheel.soak;

import org.jspecify.annotations.NullMarked;
