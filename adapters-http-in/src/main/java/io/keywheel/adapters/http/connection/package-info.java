/// The bytes of a client: timeouts, the budget of bodies, and noticing that it left.
@NullMarked
package io.keywheel.adapters.http.connection;

import org.jspecify.annotations.NullMarked;
