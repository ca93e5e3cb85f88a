/// State that gateways share through Redis or Valkey.
@NullMarked
package io.keywheel.adapters.state;

import org.jspecify.annotations.NullMarked;
