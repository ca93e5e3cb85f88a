/// What gateways with the same keys tell each other, and what it comes to.
@NullMarked
package io.keywheel.domain.sharing;

import org.jspecify.annotations.NullMarked;
