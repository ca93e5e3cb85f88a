/// The whole gateway, put together by hand.
@NullMarked
package io.keywheel.bootstrap.gateway;

import org.jspecify.annotations.NullMarked;
