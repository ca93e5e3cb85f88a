/// Where settings are read from, the forms of their values, and what there is to say about them.
@NullMarked
package io.keywheel.bootstrap.settings.values;

import org.jspecify.annotations.NullMarked;
