/// Tests of what is given up after a short time, on a machine that may stand still for longer.
@NullMarked
package io.keywheel.patience;

import org.jspecify.annotations.NullMarked;
