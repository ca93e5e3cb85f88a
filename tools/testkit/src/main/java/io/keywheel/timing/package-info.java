/// Tests that wait, on a machine that may stall for longer.
@NullMarked
package io.keywheel.timing;

import org.jspecify.annotations.NullMarked;
