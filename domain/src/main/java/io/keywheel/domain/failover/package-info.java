/// What a failure means ([FailurePolicy]), and the next step of the request after it ([Failover], [WaitQueue]).
@NullMarked
package io.keywheel.domain.failover;

import org.jspecify.annotations.NullMarked;
