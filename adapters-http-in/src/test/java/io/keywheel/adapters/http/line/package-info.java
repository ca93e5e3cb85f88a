/// The connections of clients.
@NullMarked
package io.keywheel.adapters.http.line;

import org.jspecify.annotations.NullMarked;
