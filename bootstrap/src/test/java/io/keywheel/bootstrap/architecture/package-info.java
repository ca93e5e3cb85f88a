/// The architecture rules, each with a fixture that violates it.
@NullMarked
package io.keywheel.bootstrap.architecture;

import org.jspecify.annotations.NullMarked;
