/// Tests of shared state with real Redis and Valkey servers.
@NullMarked
package io.keywheel.adapters.state;

import org.jspecify.annotations.NullMarked;
