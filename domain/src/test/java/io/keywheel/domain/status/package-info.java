@NullMarked
package io.keywheel.domain.status;

import org.jspecify.annotations.NullMarked;
