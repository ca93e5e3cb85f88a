/// Almost right inputs for the tests of parsers.
@NullMarked
package io.keywheel.fuzz;

import org.jspecify.annotations.NullMarked;
