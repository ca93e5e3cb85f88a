/// A server of Redis or Valkey for tests of what gateways share.
@NullMarked
package io.keywheel.store;

import org.jspecify.annotations.NullMarked;
