/// Clients of the gateway that send exactly the given bytes.
@NullMarked
package io.keywheel.client;

import org.jspecify.annotations.NullMarked;
