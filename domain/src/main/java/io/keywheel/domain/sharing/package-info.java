/// Facts that gateways with the same keys exchange, and the cooldowns that result from them.
@NullMarked
package io.keywheel.domain.sharing;

import org.jspecify.annotations.NullMarked;
