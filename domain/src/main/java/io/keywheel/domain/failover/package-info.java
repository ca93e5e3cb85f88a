/// How a request goes on when an attempt fails, and when it gives up.
@NullMarked
package io.keywheel.domain.failover;

import org.jspecify.annotations.NullMarked;
