/// What is known of keys, quota groups, models and providers, and whose turn it is.
@NullMarked
package io.keywheel.domain.health;

import org.jspecify.annotations.NullMarked;
