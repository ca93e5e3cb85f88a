/// Named clients, their limits, and their usage.
@NullMarked
package io.keywheel.domain.client;

import org.jspecify.annotations.NullMarked;
