/// What gateways share by way of Redis or Valkey.
@NullMarked
package io.keywheel.adapters.state;

import org.jspecify.annotations.NullMarked;
