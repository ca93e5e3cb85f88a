/// Usage: ended requests, and their sums by client, model, provider and day.
@NullMarked
package io.keywheel.domain.usage;

import org.jspecify.annotations.NullMarked;
