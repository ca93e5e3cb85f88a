/// Tests of what gateways share, with the servers themselves.
@NullMarked
package io.keywheel.adapters.state;

import org.jspecify.annotations.NullMarked;
