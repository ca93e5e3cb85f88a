/// A Redis or Valkey server for tests of shared state.
@NullMarked
package io.keywheel.store;

import org.jspecify.annotations.NullMarked;
