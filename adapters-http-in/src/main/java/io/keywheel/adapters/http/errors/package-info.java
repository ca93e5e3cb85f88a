/// Error responses, independent of the API that sends them.
@NullMarked
package io.keywheel.adapters.http.errors;

import org.jspecify.annotations.NullMarked;
