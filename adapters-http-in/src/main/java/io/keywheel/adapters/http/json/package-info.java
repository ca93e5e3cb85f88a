/// Writes JSON.
@NullMarked
package io.keywheel.adapters.http.json;

import org.jspecify.annotations.NullMarked;
