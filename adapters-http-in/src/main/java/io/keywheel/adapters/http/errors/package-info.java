/// Describes what went wrong, independent of the API that sends it.
@NullMarked
package io.keywheel.adapters.http.errors;

import org.jspecify.annotations.NullMarked;
