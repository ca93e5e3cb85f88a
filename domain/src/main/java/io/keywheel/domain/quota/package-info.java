/// What is left of a limit, and how many calls may be in flight for it.
@NullMarked
package io.keywheel.domain.quota;

import org.jspecify.annotations.NullMarked;
