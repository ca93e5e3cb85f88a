@NullMarked
package io.keywheel.bootstrap.specification;

import org.jspecify.annotations.NullMarked;
