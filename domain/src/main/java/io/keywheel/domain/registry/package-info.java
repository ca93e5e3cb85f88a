/// The keys in the pool, their quota groups, and the state that survives a reload.
@NullMarked
package io.keywheel.domain.registry;

import org.jspecify.annotations.NullMarked;
