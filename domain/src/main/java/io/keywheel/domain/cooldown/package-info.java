/// Cooldowns of keys, quota groups, models and providers, and the probes that end them.
@NullMarked
package io.keywheel.domain.cooldown;

import org.jspecify.annotations.NullMarked;
