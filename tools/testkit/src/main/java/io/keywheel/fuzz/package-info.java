/// Fuzz tests of parsers.
@NullMarked
package io.keywheel.fuzz;

import org.jspecify.annotations.NullMarked;
