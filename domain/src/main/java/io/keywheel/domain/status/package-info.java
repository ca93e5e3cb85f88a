/// What can be seen of the pool from outside.
@NullMarked
package io.keywheel.domain.status;

import org.jspecify.annotations.NullMarked;
