/// Client connections: timeouts, limits, the budget of bodies, and the detection of disconnects.
@NullMarked
package io.keywheel.adapters.http.connection;

import org.jspecify.annotations.NullMarked;
