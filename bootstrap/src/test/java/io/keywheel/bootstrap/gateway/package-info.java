@NullMarked
package io.keywheel.bootstrap.gateway;

import org.jspecify.annotations.NullMarked;
