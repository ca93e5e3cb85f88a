/// The console's page and its files, as they lie beside this package.
@NullMarked
package io.keywheel.adapters.http.console;

import org.jspecify.annotations.NullMarked;
