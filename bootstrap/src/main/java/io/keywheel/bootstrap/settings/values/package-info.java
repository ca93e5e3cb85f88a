/// The sources of the settings, the parsers of their values, and the validation messages.
@NullMarked
package io.keywheel.bootstrap.settings.values;

import org.jspecify.annotations.NullMarked;
