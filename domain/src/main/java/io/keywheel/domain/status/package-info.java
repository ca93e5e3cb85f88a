/// The state of the pool and its events, for users.
@NullMarked
package io.keywheel.domain.status;

import org.jspecify.annotations.NullMarked;
