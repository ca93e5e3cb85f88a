/// Key rotation: the key pool, its pools for each model, and the effects of outcomes.
@NullMarked
package io.keywheel.domain.rotation;

import org.jspecify.annotations.NullMarked;
