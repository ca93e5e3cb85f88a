/// Reads the JSON of requests, with errors that name the field.
@NullMarked
package io.keywheel.adapters.http.request;

import org.jspecify.annotations.NullMarked;
