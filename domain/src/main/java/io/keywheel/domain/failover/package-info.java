/// What a failure means ([FailurePolicy]), and how a request goes on after it ([Failover], [WaitQueue]).
@NullMarked
package io.keywheel.domain.failover;

import org.jspecify.annotations.NullMarked;
