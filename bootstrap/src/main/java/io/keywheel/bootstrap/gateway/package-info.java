/// The wiring of the gateway and its components, without a DI container.
@NullMarked
package io.keywheel.bootstrap.gateway;

import org.jspecify.annotations.NullMarked;
