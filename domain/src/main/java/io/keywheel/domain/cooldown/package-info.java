/// What is out of turn, for how long, and how it comes back.
@NullMarked
package io.keywheel.domain.cooldown;

import org.jspecify.annotations.NullMarked;
