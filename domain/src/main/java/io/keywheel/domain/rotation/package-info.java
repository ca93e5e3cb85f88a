/// Whose turn it is: the key pool, its pools for each model, and what attempts taught it.
@NullMarked
package io.keywheel.domain.rotation;

import org.jspecify.annotations.NullMarked;
