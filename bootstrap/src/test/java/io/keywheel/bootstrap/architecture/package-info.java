/// What the architecture forbids, as rules that each have a fixture to convict.
@NullMarked
package io.keywheel.bootstrap.architecture;

import org.jspecify.annotations.NullMarked;
