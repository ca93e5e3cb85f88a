/// What a failure means ([FailurePolicy]), how long it pauses a key or provider, also for a 429 ([Backoff]), and the
/// next step of the request after it ([Failover], [WaitQueue]).
@NullMarked
package io.keywheel.domain.failover;

import org.jspecify.annotations.NullMarked;
