/// The key state that gateways share: `KEYWHEEL_SHARED_STATE`.
@NullMarked
package io.keywheel.bootstrap.sharing;

import org.jspecify.annotations.NullMarked;
