@NullMarked
package io.keywheel.fuzz;

import org.jspecify.annotations.NullMarked;
