.PHONY: run test bench fmt lint image chart
run: ; @deploy/local/run.sh
test: ; @deploy/local/test.sh
bench: ; @deploy/local/bench.sh
fmt: ; cargo fmt --all
lint: ; @deploy/local/test.sh format ui lint
image: ; deploy/image/build $(or $(REGISTRY),localhost/cpas) $(or $(TAG),dev)
chart: ; python3 tests/chart/run.py
