/// Who is in the pool: keys, their quota groups, and what survives a reload.
@NullMarked
package io.keywheel.domain.registry;

import org.jspecify.annotations.NullMarked;
