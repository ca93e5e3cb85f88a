/// Reads JSON with errors that name the field, and writes it.
@NullMarked
package io.keywheel.adapters.http.json;

import org.jspecify.annotations.NullMarked;
