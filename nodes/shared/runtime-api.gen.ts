// Generated from agent-runtime/openapi.json by `npm run openapi -w agent-runtime`; types only.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["readHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can the runtime take work? Says what is not ready */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the agents with their operations and the JSON Schemas of inputs and results */
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit tasks that end together
         * @description Answers 202 once the batch is durable, 200 if it has ended within waitMs or an earlier request with the same idempotency key had submitted it.
         */
        post: operations["submitBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a batch, waiting for its end if asked */
        get: operations["readBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the budgets and how each stands in its period
         * @description An admin's key sees all of them, any other key those that its own calls count on.
         */
        get: operations["listBudgets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budgets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make or change a budget; what its period has cost so far counts
         * @description For admin keys. A budget of the router file can only be changed there.
         */
        put: operations["putBudget"];
        post?: never;
        /** Delete a budget that was made through the API */
        delete: operations["deleteBudget"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a conversation answered; OpenAI's API
         * @description With `stream`, chunks as server-sent events, then `[DONE]`; a stream that broke off ends with an `error` instead. The headers `x-aios-model`, `x-aios-decision-id`, `x-aios-cost-usd` and `x-aios-cost-status` say what was done; in a stream the cost is in `aios` of the last chunk. Fields that cannot be honoured are refused as `unsupported_parameter`.
         */
        post: operations["createChatCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the collections of documents */
        get: operations["listCollections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a collection, with how many documents it has */
        get: operations["readCollection"];
        /**
         * Make a collection, or find that it is there
         * @description A collection keeps its form and its model; to have others, delete it and fill it anew.
         */
        put: operations["putCollection"];
        post?: never;
        /** Delete a collection with its documents */
        delete: operations["deleteCollection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{name}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the documents of a collection */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Store documents, in the place of those with the same ids
         * @description They can be found once this is answered. After a failure some may be stored; the request can be repeated.
         */
        post: operations["storeDocuments"];
        /** Delete documents by their ids or by a filter */
        delete: operations["deleteDocuments"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{name}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Find documents by meaning, by words, or by both */
        post: operations["searchDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks that ran out of attempts, with the reason */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn texts into vectors; OpenAI's API
         * @description `auto` is the first configured embedding model. Vectors of different models do not compare, so name one.
         */
        post: operations["createEmbedding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the experiments of the router file with their results */
        get: operations["listExperiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an experiment: its arms with intervals that hold however often one looks */
        get: operations["readExperiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a stopped experiment again, with its stopped arms
         * @description For admin keys.
         */
        post: operations["startExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop an experiment: its requests are routed as if there were none
         * @description For admin keys.
         */
        post: operations["stopExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a conversation answered; Anthropic's API
         * @description With `stream`, server-sent events; a stream that broke off ends with the event `error`. The headers are those of /v1/chat/completions; in a stream the cost is in `aios` of `message_delta`. Arguments of a tool that are not a JSON object come as `{"INVALID_JSON": text}`. Fields and tools that run at Anthropic are refused as `unsupported_parameter`.
         */
        post: operations["createMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/count_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count the tokens of a request; Anthropic's API
         * @description As the router counts them for its filters, which for models whose tokenizer is not public is an estimate.
         */
        post: operations["countMessageTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the configured models that the API key may use; the offline rules alone when none is configured
         * @description `data` is the same list as OpenAI has it, with the policies as models that can be named (`auto:cheapest`). With the header `anthropic-version` the answer is Anthropic's list.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one model; its id may hold slashes */
        get: operations["readModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/router/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what the router decided, newest first */
        get: operations["listDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/router/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one decision: why the call went where it went */
        get: operations["readDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/router/decisions/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say how good the answer was: the router learns from it */
        post: operations["rateDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/router/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say which model a call would go to and why, without calling one, spending or keeping anything */
        post: operations["explainRouting"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List schedules, newest first */
        get: operations["listSchedules"];
        put?: never;
        /** Submit tasks again and again, by a cron expression */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a schedule, with its next and its last runs */
        get: operations["readSchedule"];
        put?: never;
        post?: never;
        /** Delete a schedule; its batches go on */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        /**
         * Pause, resume or change a schedule
         * @description What is absent stays as it is. Runs that are being submitted are not changed.
         */
        patch: operations["changeSchedule"];
        trace?: never;
    };
    "/v1/schedules/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a schedule once now
         * @description Also one that is not enabled, and while an earlier run has not ended.
         */
        post: operations["runSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks, newest first: those of the key, or as an admin all */
        get: operations["listTasks"];
        put?: never;
        /** Submit one task */
        post: operations["submitTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a task, waiting for its end if asked */
        get: operations["readTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a task has kept, with links */
        get: operations["listTaskArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a task that has not ended */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a task: its events so far, then new ones until it has ended
         * @description A stream of server-sent events. `id` is the `seq` of the event, `event` its type, `data` a TaskEvent as JSON. A client that lost the connection sends Last-Event-ID and misses nothing.
         */
        get: operations["watchTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Queue a failed, dead or cancelled task again; model answers it already has are not paid again */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report what was spent, by day, model, agent, workflow and more
         * @description From the ledger of all upstream calls. An admin's key sees those of all keys, any other key its own.
         */
        get: operations["reportUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workers that live, with what they can do and how busy they are
         * @description A worker is listed until 15 s after its last heartbeat.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AgentDescription: {
            description: string;
            name: string;
            operations: {
                description: string;
                /** @description JSON Schema of the input */
                inputSchema: {
                    [key: string]: unknown;
                };
                name: string;
                /** @description JSON Schema of the result */
                outputSchema: {
                    [key: string]: unknown;
                };
                title: string;
            }[];
            title: string;
        };
        AskInput: {
            /** @description Text to answer from; it is data, never instructions */
            context?: string;
            question: string;
        };
        AskResult: {
            answer: string;
            durationMs: number;
            model: components["schemas"]["ModelReport"];
        };
        Batch: {
            callback: {
                attempts: number;
                lastError: string | null;
                /** @enum {string} */
                status: "none" | "waiting" | "pending" | "delivered" | "failed";
            };
            createdAt: string;
            endedAt: string | null;
            id: string;
            /** @enum {string} */
            status: "running" | "ended";
            /** @description In the order they were submitted */
            tasks: components["schemas"]["Task"][];
        };
        BatchOutcome: {
            batchId: string;
            tasks: {
                error: {
                    code: string;
                    /** @enum {string} */
                    kind: "user" | "operational" | "bug";
                    message: string;
                } | null;
                id: string;
                /** @description Place of the task in its batch */
                index: number;
                result: {
                    [key: string]: unknown;
                } | null;
                /** @enum {string} */
                status: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
            }[];
        };
        BatchRequest: {
            /**
             * Format: uri
             * @description Woken by one POST of a batch outcome when all tasks have ended; its origin must be allowed
             */
            callbackUrl?: string;
            tasks: components["schemas"]["TaskRequest"][];
        };
        Collection: {
            /** Format: date-time */
            createdAt: string;
            /** @description Null: documents have no vectors but are searched by words */
            dimension: number | null;
            /** @enum {string} */
            distance: "cosine" | "dot" | "euclid";
            documents: number;
            /** @description provider/model that texts are embedded with; null: none */
            embeddingModel: string | null;
            name: string;
            sparse: boolean;
        };
        Coverage: {
            /** @description True when every hunk that wants a review got one */
            complete: boolean;
            files: {
                hunksReviewed: number;
                hunksTotal: number;
                path: string;
                /** @description Why the file, or a part of it, was not reviewed */
                reason: string | null;
                skippedHunks: {
                    header: string;
                    reason: string;
                }[];
                /** @enum {string} */
                status: "reviewed" | "partly_reviewed" | "skipped";
            }[];
            hunksReviewed: number;
            hunksTotal: number;
        };
        DocumentFilter: {
            and?: components["schemas"]["DocumentFilter"][];
            anyOf?: (string | number | boolean)[];
            equals?: string | number | boolean;
            exists?: boolean;
            /** @description A key of the payload, or keys inside each other joined by dots: source.author */
            field?: string;
            not?: components["schemas"]["DocumentFilter"];
            or?: components["schemas"]["DocumentFilter"][];
            range?: {
                gt?: number;
                gte?: number;
                lt?: number;
                lte?: number;
            };
        };
        DocumentMatches: {
            /** @description What embedding took; null: nothing was embedded */
            embedding: {
                /** @enum {string} */
                costStatus: "known" | "free" | "estimated" | "unknown";
                /** @description Cost in USD; null when a price is unknown */
                costUsd: number | null;
                inputTokens: number;
                model: string;
                texts: number;
            } | null;
            /** @description Best first */
            matches: {
                id: string;
                payload: {
                    [key: string]: unknown;
                };
                /** @description The greater the better; by euclid the distance made negative */
                score: number;
                text: string | null;
            }[];
            /** @enum {string} */
            mode: "dense" | "sparse" | "hybrid";
        };
        Finding: {
            /** @enum {string} */
            category: "security" | "correctness" | "reliability" | "performance" | "maintainability" | "testing" | "dependency" | "documentation";
            confidence: number;
            endLine: number;
            explanation: string;
            /** @description Identity that survives a reword and a line shift */
            id: string;
            path: string;
            /** @enum {string} */
            severity: "critical" | "high" | "medium" | "low" | "info";
            /**
             * @description RIGHT: the new file; LEFT: a deleted line of the old one
             * @enum {string}
             */
            side: "RIGHT" | "LEFT";
            /**
             * @description An exact check, a language model, or the offline rules
             * @enum {string}
             */
            source: "check" | "model" | "rules";
            startLine: number;
            /** @description Text that replaces the lines startLine to endLine, or null */
            suggestedChange: string | null;
            title: string;
        };
        ModelDescription: {
            abilities: {
                images: boolean;
                jsonSchema: boolean;
                streaming: boolean;
                tools: boolean;
            };
            /** @description Other names that it can be asked for by */
            aliases: string[];
            /** @description Input and output tokens together */
            contextWindow: number;
            /** @description provider/model, as a task pins it */
            id: string;
            /** @enum {string} */
            kind: "chat" | "embedding";
            /**
             * @description Where what it is sent is processed
             * @enum {string}
             */
            location: "local" | "eu" | "us" | "third-party";
            /** @description 0: an embedding model, which writes nothing */
            maxOutputTokens: number;
            /** @description Rules instead of a language model */
            offline: boolean;
            /** @enum {string} */
            price: "known" | "free" | "unknown";
            provider: string;
        };
        ModelReport: {
            calls: number;
            /** @enum {string} */
            costStatus: "known" | "free" | "estimated" | "unknown";
            /** @description Cost in USD; null when a price is unknown */
            costUsd: number | null;
            /** @description provider/model of each model that answered, in order of first use */
            models: string[];
            /** @description True when the rules provider answered instead of a language model */
            offline: boolean;
            usage: components["schemas"]["Usage"];
        };
        PostedReview: {
            checkRunUrl: string | null;
            /** @enum {string} */
            event: "APPROVE" | "COMMENT" | "REQUEST_CHANGES";
            inlineComments: number;
            reviewId: number;
            url: string;
        };
        Problem: {
            code: string;
            detail: string;
            issues?: {
                message: string;
                path: string;
            }[];
            /** @enum {string} */
            kind: "user" | "operational" | "bug";
            status: number;
            title: string;
            type: string;
        };
        ReviewInput: {
            /**
             * @description Let the posted review approve the pull request
             * @default false
             */
            allowApprove: boolean;
            /**
             * @description Also set a check run on the head commit (needs a GitHub App token)
             * @default false
             */
            checkRun: boolean;
            description?: string;
            /** @description A unified diff, as `git diff` prints it */
            diff?: string;
            /** @description House rules for this review, by the workflow's author */
            guidance?: string;
            /**
             * @description Post the review to GitHub
             * @default false
             */
            publish: boolean;
            pullRequest?: {
                number: number;
                owner: string;
                repository: string;
            };
            /** @description What the diff is for; used with `diff` */
            title?: string;
        };
        ReviewResult: {
            coverage: components["schemas"]["Coverage"];
            durationMs: number;
            findings: components["schemas"]["Finding"][];
            model: components["schemas"]["ModelReport"];
            /** @description What a reader must know: no model configured, findings left out and why, … */
            notes: string[];
            /** @description Null when the review was only returned */
            posted: components["schemas"]["PostedReview"] | null;
            pullRequest: {
                author: string;
                baseSha: string;
                fromFork: boolean;
                headSha: string;
                number: number;
                owner: string;
                repository: string;
                title: string;
                url: string;
            } | null;
            summary: string;
            /** @enum {string} */
            verdict: "approve" | "comment" | "request_changes";
        };
        Schedule: {
            callbackUrl: string | null;
            createdAt: string;
            /** @description Minute, hour, day of month, month, day of week; or six fields with the second first, at least ten seconds apart. Also @hourly, @daily, @weekly, @monthly and @yearly */
            cron: string;
            /**
             * @description Runs whose time comes while it is false are not missed runs: they never come
             * @default true
             */
            enabled: boolean;
            /**
             * @description No run at that time or later, ISO 8601
             * @default null
             */
            endAt: string | null;
            id: string;
            /**
             * @description What becomes of runs that are more than a minute late because no worker was there: none runs; only the newest; or all, but at most the newest 100, which needs overlap: allow
             * @default run-once
             * @enum {string}
             */
            missedRuns: "skip" | "run-once" | "run-all";
            /**
             * @description Missed runs that are older are skipped by run-all, in ms
             * @default 604800000
             */
            missedRunsWithinMs: number;
            name: string;
            /** @description Null: it is not enabled, or no more run comes */
            nextRunAt: string | null;
            /** @description The next five */
            nextRuns: string[];
            /**
             * @description What becomes of a run while an earlier one of the schedule has not ended
             * @default skip
             * @enum {string}
             */
            overlap: "skip" | "allow";
            /** @description The last 50, newest first */
            runs: components["schemas"]["ScheduleRun"][];
            /**
             * @description No run before, ISO 8601
             * @default null
             */
            startAt: string | null;
            tasks: components["schemas"]["TaskRequest"][];
            /** @description Name of the API key that it belongs to */
            tenant: string;
            /**
             * @description IANA name of the time zone that the expression is read in, such as Europe/Berlin
             * @default UTC
             */
            timeZone: string;
            updatedAt: string;
        };
        ScheduleRequest: {
            /**
             * Format: uri
             * @description Woken by one POST of a batch outcome when all tasks have ended; its origin must be allowed
             */
            callbackUrl?: string;
            /** @description Minute, hour, day of month, month, day of week; or six fields with the second first, at least ten seconds apart. Also @hourly, @daily, @weekly, @monthly and @yearly */
            cron: string;
            /**
             * @description Runs whose time comes while it is false are not missed runs: they never come
             * @default true
             */
            enabled: boolean;
            /**
             * @description No run at that time or later, ISO 8601
             * @default null
             */
            endAt: string | null;
            /**
             * @description What becomes of runs that are more than a minute late because no worker was there: none runs; only the newest; or all, but at most the newest 100, which needs overlap: allow
             * @default run-once
             * @enum {string}
             */
            missedRuns: "skip" | "run-once" | "run-all";
            /**
             * @description Missed runs that are older are skipped by run-all, in ms
             * @default 604800000
             */
            missedRunsWithinMs: number;
            name: string;
            /**
             * @description What becomes of a run while an earlier one of the schedule has not ended
             * @default skip
             * @enum {string}
             */
            overlap: "skip" | "allow";
            /**
             * @description No run before, ISO 8601
             * @default null
             */
            startAt: string | null;
            /** @description What each run submits as one batch */
            tasks: components["schemas"]["TaskRequest"][];
            /**
             * @description IANA name of the time zone that the expression is read in, such as Europe/Berlin
             * @default UTC
             */
            timeZone: string;
        };
        ScheduleRun: {
            batchId: string | null;
            /** @description Runs that this entry stands for; at one go at most 1,000 missed ones are counted */
            count: number;
            createdAt: string;
            error: {
                code: string;
                /** @enum {string} */
                kind: "user" | "operational" | "bug";
                message: string;
            } | null;
            id: string;
            /** @description Why it was skipped */
            reason: ("missed" | "overlap") | null;
            /** @description Its time, ISO 8601 in UTC; of several skipped ones, of the first */
            scheduledFor: string;
            /** @description Of several skipped ones, the time of the last */
            scheduledUntil: string | null;
            /**
             * @description starting: its batch is being submitted; started: its batch was accepted; failed: it could not be submitted
             * @enum {string}
             */
            status: "starting" | "started" | "skipped" | "failed";
            /** @enum {string} */
            trigger: "cron" | "manual";
        };
        Task: {
            agent: string;
            attempt: number;
            batchId: string;
            createdAt: string;
            endedAt: string | null;
            error: {
                code: string;
                /** @enum {string} */
                kind: "user" | "operational" | "bug";
                message: string;
            } | null;
            id: string;
            /** @description Place of the task in its batch */
            index: number;
            maxAttempts: number;
            nextAttemptAt: string | null;
            operation: string;
            result: {
                [key: string]: unknown;
            } | null;
            /** @description What the task has spent so far, failed attempts included */
            spend: components["schemas"]["ModelReport"];
            startedAt: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
        };
        TaskEvent: {
            at: string;
            data: {
                [key: string]: unknown;
            };
            seq: number;
            taskId: string;
            /** @enum {string} */
            type: "task-accepted" | "task-started" | "task-retried" | "task-succeeded" | "task-failed" | "task-parked" | "task-cancelled" | "step-finished" | "model-answered" | "effect-done" | "progress";
        };
        TaskOptions: {
            /** @description The most this task may spend, in USD */
            costLimitUsd?: number;
            /**
             * @description The longest a task may take from its acceptance, in ms
             * @default 3600000
             */
            deadlineMs: number;
            /** @default 5 */
            maxAttempts: number;
            /** @description Pins one configured model as provider/model */
            model?: string;
            /**
             * @description How to choose among the configured models
             * @enum {string}
             */
            modelPolicy?: "balanced" | "cheapest" | "best" | "fastest" | "cost-quality";
            /**
             * @description The least class that the text of this task is treated as
             * @enum {string}
             */
            privacy?: "public" | "internal" | "proprietary-code" | "personal-data" | "secret";
            /** @description Name or id of the workflow that submitted the task, for budgets and spend reports */
            workflow?: string;
        };
        TaskRequest: {
            /** @description Name of an agent, see GET /v1/agents */
            agent: string;
            input: {
                [key: string]: unknown;
            };
            operation: string;
            /** @default {} */
            options: components["schemas"]["TaskOptions"];
        };
        Usage: {
            /** @description Input tokens read from a prompt cache */
            cacheRead: number;
            /** @description Input tokens written to a prompt cache that lives one hour */
            cacheWrite1h: number;
            /** @description Input tokens written to a prompt cache that lives five minutes */
            cacheWrite5m: number;
            /** @description Input tokens neither read from nor written to a prompt cache */
            input: number;
            /** @description Output tokens, reasoning included */
            output: number;
            /** @description The part of the output spent on reasoning */
            reasoning: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: string[];
                        /** @enum {string} */
                        status: "ready";
                    };
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All agents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agents: {
                            description: string;
                            name: string;
                            operations: {
                                description: string;
                                /** @description JSON Schema of the input */
                                inputSchema: {
                                    [key: string]: unknown;
                                };
                                name: string;
                                /** @description JSON Schema of the result */
                                outputSchema: {
                                    [key: string]: unknown;
                                };
                                title: string;
                            }[];
                            title: string;
                            /** @description Live workers that take its tasks; null: not known now */
                            workers: number | null;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitBatch: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description The batch, ended or known before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The batch, accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBatch: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBudgets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The budgets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        budgets: {
                            /** @description Those that have spent in this period, the biggest first, at most 100 */
                            accounts: {
                                /** @description A soft budget whose threshold is passed */
                                cheapening: boolean;
                                /** @description Of the team, key, agent, workflow or task; null: the organisation */
                                name: string | null;
                                remainingUsd: number;
                                /** @description Kept for calls under way, at the most that they can cost */
                                reservedUsd: number;
                                spentUsd: number;
                            }[];
                            cheapenAt: number | null;
                            id: string;
                            limitUsd: number;
                            /** @enum {string} */
                            mode: "hard" | "soft";
                            /** @description Null: each on its own, or the organisation */
                            name: string | null;
                            period: {
                                /** @description When it starts anew; null: never */
                                endsAt: string | null;
                                /** @enum {string} */
                                kind: "day" | "month" | "total";
                                /** @description 2026-11-22, 2026-11, or total */
                                label: string;
                                startsAt: string | null;
                            };
                            /**
                             * @description Where it was set: the router file, which alone can change it, or the API
                             * @enum {string}
                             */
                            source: "file" | "api";
                            /** @enum {string} */
                            subject: "organisation" | "team" | "key" | "agent" | "workflow" | "task";
                            timeZone: string;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Share of a soft budget from which calls go to cheaper models. Default: 0.8 */
                    cheapenAt?: number;
                    limitUsd: number;
                    /**
                     * @description hard: a call that could pass the limit is refused. soft: it goes to cheaper models, with a warning
                     * @enum {string}
                     */
                    mode: "hard" | "soft";
                    /** @description One team, key, agent, workflow or task. Absent: each of them has this much on its own */
                    name?: string;
                    /** @enum {string} */
                    period: "day" | "month" | "total";
                    /** @enum {string} */
                    subject: "organisation" | "team" | "key" | "agent" | "workflow" | "task";
                    /**
                     * @description Where the day or month begins, as an IANA name
                     * @default UTC
                     */
                    timeZone?: string;
                };
            };
        };
        responses: {
            /** @description The budget, changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Share of a soft budget from which calls go to cheaper models. Default: 0.8 */
                        cheapenAt?: number;
                        id: string;
                        limitUsd: number;
                        /**
                         * @description hard: a call that could pass the limit is refused. soft: it goes to cheaper models, with a warning
                         * @enum {string}
                         */
                        mode: "hard" | "soft";
                        /** @description One team, key, agent, workflow or task. Absent: each of them has this much on its own */
                        name?: string;
                        /** @enum {string} */
                        period: "day" | "month" | "total";
                        /** @enum {string} */
                        subject: "organisation" | "team" | "key" | "agent" | "workflow" | "task";
                        /**
                         * @description Where the day or month begins, as an IANA name
                         * @default UTC
                         */
                        timeZone: string;
                    };
                };
            };
            /** @description The budget, made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Share of a soft budget from which calls go to cheaper models. Default: 0.8 */
                        cheapenAt?: number;
                        id: string;
                        limitUsd: number;
                        /**
                         * @description hard: a call that could pass the limit is refused. soft: it goes to cheaper models, with a warning
                         * @enum {string}
                         */
                        mode: "hard" | "soft";
                        /** @description One team, key, agent, workflow or task. Absent: each of them has this much on its own */
                        name?: string;
                        /** @enum {string} */
                        period: "day" | "month" | "total";
                        /** @enum {string} */
                        subject: "organisation" | "team" | "key" | "agent" | "workflow" | "task";
                        /**
                         * @description Where the day or month begins, as an IANA name
                         * @default UTC
                         */
                        timeZone: string;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChatCompletion: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                "x-aios-cache"?: "off" | "on";
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description Keeps one side of an experiment */
                "x-aios-experiment-key"?: string;
                /** @description How to choose among the models; the same as `auto:<policy>` */
                "x-aios-policy"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                /** @description A conversation: it stays on its model while that is worth more than switching */
                "x-aios-session"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Default: 8,192, or less where the model allows less */
                    max_completion_tokens?: number;
                    max_tokens?: number;
                    messages: ({
                        content?: (string | ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[]) | null;
                        /** @enum {string} */
                        role: "system" | "developer" | "user" | "assistant" | "tool";
                    } & {
                        [key: string]: unknown;
                    })[];
                    /** @description `auto`, `auto:<policy>`, provider/model, an alias, or a bare name */
                    model: string;
                    parallel_tool_calls?: boolean;
                    reasoning_effort?: string;
                    response_format?: {
                        /** @enum {string} */
                        type: "text" | "json_object" | "json_schema";
                    } & {
                        [key: string]: unknown;
                    };
                    seed?: number;
                    stop?: string | string[];
                    stream?: boolean;
                    stream_options?: {
                        include_usage?: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                    temperature?: number;
                    tool_choice?: unknown;
                    tools?: ({
                        /** @enum {string} */
                        type: "function";
                    } & {
                        [key: string]: unknown;
                    })[];
                    top_p?: number;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        aios: {
                            cached?: boolean;
                            /** @enum {string} */
                            cost_status: "known" | "free" | "estimated" | "unknown";
                            /** @description Null: the price is unknown */
                            cost_usd: number | null;
                            decision_id: string;
                            /** @description provider/model that answered */
                            model: string;
                            /** @description Why this model */
                            reason?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        choices: ({
                            finish_reason: string;
                            index: number;
                            message: {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                        created: number;
                        id: string;
                        model: string;
                        /** @enum {string} */
                        object: "chat.completion";
                        usage: {
                            completion_tokens: number;
                            prompt_tokens: number;
                            total_tokens: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                    "text/event-stream": string;
                };
            };
            /** @description Any failure, in the shape of this API */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            code: string;
                            message: string;
                            param: string | null;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listCollections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that the API key has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        collections: {
                            /** Format: date-time */
                            createdAt: string;
                            /** @description Null: documents have no vectors but are searched by words */
                            dimension: number | null;
                            /** @enum {string} */
                            distance: "cosine" | "dot" | "euclid";
                            /** @description provider/model that texts are embedded with; null: none */
                            embeddingModel: string | null;
                            name: string;
                            sparse: boolean;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The collection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCollection: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Numbers of a vector. Default: as many as the model gives; without a model none: then documents are searched by words alone */
                    dimension?: number;
                    /**
                     * @description Default cosine
                     * @enum {string}
                     */
                    distance?: "cosine" | "dot" | "euclid";
                    /** @description The model that texts are embedded with. Default: the first configured one; null, also where a dimension is given: none, vectors are given */
                    embeddingModel?: string | null;
                    /** @description Whether texts can be searched by their words too. Default false */
                    sparse?: boolean;
                } | null;
            };
        };
        responses: {
            /** @description The collection, which was there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            /** @description The collection, made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            id: string;
                            payload: {
                                [key: string]: unknown;
                            };
                            text: string | null;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storeDocuments: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    documents: {
                        /** @description A document of this id that is there already is replaced */
                        id: string;
                        /** @description With the text at most 1 MiB as JSON; filters go by it */
                        payload?: {
                            [key: string]: unknown;
                        };
                        /** @description Kept, and embedded where no vector is given. Long ones are not cut into pieces */
                        text?: string;
                        /** @description In place of one of the text */
                        vector?: number[];
                    }[];
                };
            };
        };
        responses: {
            /** @description They are stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What embedding took; null: nothing was embedded */
                        embedding: {
                            /** @enum {string} */
                            costStatus: "known" | "free" | "estimated" | "unknown";
                            /** @description Cost in USD; null when a price is unknown */
                            costUsd: number | null;
                            inputTokens: number;
                            model: string;
                            texts: number;
                        } | null;
                        stored: number;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    filter?: components["schemas"]["DocumentFilter"];
                    ids?: string[];
                };
            };
        };
        responses: {
            /** @description Those that there were are gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchDocuments: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    filter?: components["schemas"]["DocumentFilter"];
                    /** @default 10 */
                    limit?: number;
                    /**
                     * @description By meaning, by words, or by both fused. Default: by all that the collection and the query have
                     * @enum {string}
                     */
                    mode?: "dense" | "sparse" | "hybrid";
                    /** @description Leaves out what scores less; scores of different modes do not compare */
                    scoreThreshold?: number;
                    text?: string;
                    /** @description In place of one of the text */
                    vector?: number[];
                };
            };
        };
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentMatches"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                agent?: string;
                batchId?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description Name of an API key; only an admin may name another one */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nextCursor: string | null;
                        tasks: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEmbedding: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                "x-aios-cache"?: "off" | "on";
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description Keeps one side of an experiment */
                "x-aios-experiment-key"?: string;
                /** @description How to choose among the models; the same as `auto:<policy>` */
                "x-aios-policy"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                /** @description A conversation: it stays on its model while that is worth more than switching */
                "x-aios-session"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dimensions?: number;
                    /** @enum {string} */
                    encoding_format?: "float" | "base64";
                    input: string | string[];
                    model: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The vectors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        aios: {
                            cached?: boolean;
                            /** @enum {string} */
                            cost_status: "known" | "free" | "estimated" | "unknown";
                            /** @description Null: the price is unknown */
                            cost_usd: number | null;
                            decision_id: string;
                            /** @description provider/model that answered */
                            model: string;
                            /** @description Why this model */
                            reason?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        data: ({
                            embedding: number[] | string;
                            index: number;
                            /** @enum {string} */
                            object: "embedding";
                        } & {
                            [key: string]: unknown;
                        })[];
                        model: string;
                        /** @enum {string} */
                        object: "list";
                        usage: {
                            prompt_tokens: number;
                            total_tokens: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any failure, in the shape of this API */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            code: string;
                            message: string;
                            param: string | null;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listExperiments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All experiments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        experiments: {
                            /** @description Chance of a wrong verdict over the whole life of the experiment */
                            alpha: number;
                            arms: {
                                /** @description Null for the control itself */
                                comparedWithControl: {
                                    cost: {
                                        /** @description This arm less the control */
                                        difference: number | null;
                                        /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                        eValue: number | null;
                                        high: number | null;
                                        low: number | null;
                                    };
                                    latency: {
                                        /** @description This arm less the control */
                                        difference: number | null;
                                        /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                        eValue: number | null;
                                        high: number | null;
                                        low: number | null;
                                    };
                                    quality: {
                                        /** @description This arm less the control */
                                        difference: number | null;
                                        /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                        eValue: number | null;
                                        high: number | null;
                                        low: number | null;
                                    };
                                    success: {
                                        /** @description This arm less the control */
                                        difference: number | null;
                                        /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                        eValue: number | null;
                                        high: number | null;
                                        low: number | null;
                                    };
                                } | null;
                                metrics: {
                                    cost: {
                                        high: number | null;
                                        /** @description Of an interval that holds however often one looks; null: too few results */
                                        low: number | null;
                                        mean: number | null;
                                        n: number;
                                    };
                                    latency: {
                                        high: number | null;
                                        /** @description Of an interval that holds however often one looks; null: too few results */
                                        low: number | null;
                                        mean: number | null;
                                        n: number;
                                    };
                                    quality: {
                                        high: number | null;
                                        /** @description Of an interval that holds however often one looks; null: too few results */
                                        low: number | null;
                                        mean: number | null;
                                        n: number;
                                    };
                                    success: {
                                        high: number | null;
                                        /** @description Of an interval that holds however often one looks; null: too few results */
                                        low: number | null;
                                        mean: number | null;
                                        n: number;
                                    };
                                };
                                model: string | null;
                                name: string;
                                policy: ("balanced" | "cheapest" | "best" | "fastest" | "cost-quality") | null;
                                /** @description Why it was stopped */
                                reason: string | null;
                                requests: number;
                                /** @enum {string} */
                                role: "control" | "variant" | "shadow";
                                spentUsd: number;
                                /** @enum {string} */
                                status: "running" | "stopped";
                                /** @description ISO 8601 in UTC */
                                stoppedAt: string | null;
                                unknownCostRequests: number;
                                weight: number;
                            }[];
                            control: string;
                            id: string;
                            /**
                             * @description What the experiment is to decide
                             * @enum {string}
                             */
                            metric: "quality" | "cost" | "latency" | "success";
                            reason: string | null;
                            /** @enum {string} */
                            status: "running" | "stopped" | "disabled";
                            /** @description What can be concluded now, in words */
                            verdict: string;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The experiment with its results */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Chance of a wrong verdict over the whole life of the experiment */
                        alpha: number;
                        arms: {
                            /** @description Null for the control itself */
                            comparedWithControl: {
                                cost: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                latency: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                quality: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                success: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                            } | null;
                            metrics: {
                                cost: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                latency: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                quality: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                success: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                            };
                            model: string | null;
                            name: string;
                            policy: ("balanced" | "cheapest" | "best" | "fastest" | "cost-quality") | null;
                            /** @description Why it was stopped */
                            reason: string | null;
                            requests: number;
                            /** @enum {string} */
                            role: "control" | "variant" | "shadow";
                            spentUsd: number;
                            /** @enum {string} */
                            status: "running" | "stopped";
                            /** @description ISO 8601 in UTC */
                            stoppedAt: string | null;
                            unknownCostRequests: number;
                            weight: number;
                        }[];
                        control: string;
                        id: string;
                        /**
                         * @description What the experiment is to decide
                         * @enum {string}
                         */
                        metric: "quality" | "cost" | "latency" | "success";
                        reason: string | null;
                        /** @enum {string} */
                        status: "running" | "stopped" | "disabled";
                        /** @description What can be concluded now, in words */
                        verdict: string;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The experiment with its results */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Chance of a wrong verdict over the whole life of the experiment */
                        alpha: number;
                        arms: {
                            /** @description Null for the control itself */
                            comparedWithControl: {
                                cost: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                latency: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                quality: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                success: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                            } | null;
                            metrics: {
                                cost: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                latency: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                quality: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                success: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                            };
                            model: string | null;
                            name: string;
                            policy: ("balanced" | "cheapest" | "best" | "fastest" | "cost-quality") | null;
                            /** @description Why it was stopped */
                            reason: string | null;
                            requests: number;
                            /** @enum {string} */
                            role: "control" | "variant" | "shadow";
                            spentUsd: number;
                            /** @enum {string} */
                            status: "running" | "stopped";
                            /** @description ISO 8601 in UTC */
                            stoppedAt: string | null;
                            unknownCostRequests: number;
                            weight: number;
                        }[];
                        control: string;
                        id: string;
                        /**
                         * @description What the experiment is to decide
                         * @enum {string}
                         */
                        metric: "quality" | "cost" | "latency" | "success";
                        reason: string | null;
                        /** @enum {string} */
                        status: "running" | "stopped" | "disabled";
                        /** @description What can be concluded now, in words */
                        verdict: string;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The experiment with its results */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Chance of a wrong verdict over the whole life of the experiment */
                        alpha: number;
                        arms: {
                            /** @description Null for the control itself */
                            comparedWithControl: {
                                cost: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                latency: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                quality: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                                success: {
                                    /** @description This arm less the control */
                                    difference: number | null;
                                    /** @description Evidence against there being no difference: under none it ever reaches 1/x with a chance of at most x. At most 1e12 */
                                    eValue: number | null;
                                    high: number | null;
                                    low: number | null;
                                };
                            } | null;
                            metrics: {
                                cost: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                latency: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                quality: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                                success: {
                                    high: number | null;
                                    /** @description Of an interval that holds however often one looks; null: too few results */
                                    low: number | null;
                                    mean: number | null;
                                    n: number;
                                };
                            };
                            model: string | null;
                            name: string;
                            policy: ("balanced" | "cheapest" | "best" | "fastest" | "cost-quality") | null;
                            /** @description Why it was stopped */
                            reason: string | null;
                            requests: number;
                            /** @enum {string} */
                            role: "control" | "variant" | "shadow";
                            spentUsd: number;
                            /** @enum {string} */
                            status: "running" | "stopped";
                            /** @description ISO 8601 in UTC */
                            stoppedAt: string | null;
                            unknownCostRequests: number;
                            weight: number;
                        }[];
                        control: string;
                        id: string;
                        /**
                         * @description What the experiment is to decide
                         * @enum {string}
                         */
                        metric: "quality" | "cost" | "latency" | "success";
                        reason: string | null;
                        /** @enum {string} */
                        status: "running" | "stopped" | "disabled";
                        /** @description What can be concluded now, in words */
                        verdict: string;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description For whom the call is made: budgets, permissions and reports go by these three */
                "x-aios-agent"?: string;
                "x-aios-cache"?: "off" | "on";
                /** @description The call is refused when its worst case is dearer */
                "x-aios-cost-limit-usd"?: string;
                /** @description Keeps one side of an experiment */
                "x-aios-experiment-key"?: string;
                /** @description How to choose among the models; the same as `auto:<policy>` */
                "x-aios-policy"?: string;
                /** @description The least class that the text is treated as */
                "x-aios-privacy"?: string;
                /** @description A conversation: it stays on its model while that is worth more than switching */
                "x-aios-session"?: string;
                "x-aios-task"?: string;
                "x-aios-workflow"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    max_tokens: number;
                    messages: ({
                        content: string | ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @enum {string} */
                        role: "user" | "assistant" | "system";
                    } & {
                        [key: string]: unknown;
                    })[];
                    /** @description `auto`, `auto:<policy>`, provider/model, an alias, or a bare name */
                    model: string;
                    output_config?: {
                        [key: string]: unknown;
                    };
                    stop_sequences?: string[];
                    stream?: boolean;
                    system?: string | ({
                        type: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    temperature?: number;
                    thinking?: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    tool_choice?: {
                        /** @enum {string} */
                        type: "auto" | "any" | "tool" | "none";
                    } & {
                        [key: string]: unknown;
                    };
                    tools?: ({
                        name: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    top_k?: number;
                    top_p?: number;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        aios: {
                            cached?: boolean;
                            /** @enum {string} */
                            cost_status: "known" | "free" | "estimated" | "unknown";
                            /** @description Null: the price is unknown */
                            cost_usd: number | null;
                            decision_id: string;
                            /** @description provider/model that answered */
                            model: string;
                            /** @description Why this model */
                            reason?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        content: ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        id: string;
                        model: string;
                        /** @enum {string} */
                        role: "assistant";
                        stop_reason: string;
                        stop_sequence: string | null;
                        /** @enum {string} */
                        type: "message";
                        usage: {
                            input_tokens: number;
                            output_tokens: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                    "text/event-stream": string;
                };
            };
            /** @description Any failure, in the shape of this API */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            code: string;
                            message: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                        request_id: string;
                        /** @enum {string} */
                        type: "error";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    countMessageTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    messages: ({
                        content: string | ({
                            type: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @enum {string} */
                        role: "user" | "assistant" | "system";
                    } & {
                        [key: string]: unknown;
                    })[];
                    /** @description `auto`, `auto:<policy>`, provider/model, an alias, or a bare name */
                    model: string;
                    output_config?: {
                        [key: string]: unknown;
                    };
                    stop_sequences?: string[];
                    stream?: boolean;
                    system?: string | ({
                        type: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    temperature?: number;
                    thinking?: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    tool_choice?: {
                        /** @enum {string} */
                        type: "auto" | "any" | "tool" | "none";
                    } & {
                        [key: string]: unknown;
                    };
                    tools?: ({
                        name: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    top_k?: number;
                    top_p?: number;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The count */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        input_tokens: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any failure, in the shape of this API */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            code: string;
                            message: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                        request_id: string;
                        /** @enum {string} */
                        type: "error";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            created: number;
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            owned_by: string;
                        }[];
                        models: components["schemas"]["ModelDescription"][];
                        /** @enum {string} */
                        object: "list";
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        created: number;
                        id: string;
                        /** @enum {string} */
                        object: "model";
                        owned_by: string;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDecisions: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description provider/model that answered */
                model?: string;
                task?: string;
                /** @description Name of an API key; only an admin may name another one */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of decisions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        decisions: {
                            /** @description ISO 8601 in UTC */
                            at: string;
                            attempts: {
                                /** @enum {string} */
                                costStatus: "known" | "free" | "estimated" | "unknown";
                                /** @description Cost in USD; null when a price is unknown */
                                costUsd: number | null;
                                durationMs: number;
                                endpoint: string;
                                errorCode: string | null;
                                firstTokenMs: number | null;
                                /** @description Started beside another one that was slow */
                                hedge: boolean;
                                model: string;
                                /** @description After the start of the request */
                                startedMs: number;
                                usage: components["schemas"]["Usage"];
                            }[];
                            budgets: {
                                cheapened: boolean;
                                id: string;
                                period: string;
                                remainingUsd: number;
                            }[];
                            /** @enum {string} */
                            cache: "off" | "miss" | "exact" | "semantic";
                            candidates: {
                                /** @description The filter that dropped it; null when it could be tried */
                                droppedBy: ("permission" | "privacy" | "ability" | "context" | "budget" | "health") | null;
                                expectedUsd: number | null;
                                /** @description Expected from measured time to first token and speed; null: not measured */
                                latencyMs: number | null;
                                /** @enum {string} */
                                location: "local" | "eu" | "us" | "third-party";
                                /** @description provider/model */
                                model: string;
                                /** @enum {string} */
                                price: "known" | "free" | "unknown";
                                /** @description For cost-quality the expected chance that its answer is good enough, else its configured quality and what was learnt of it; null: not known */
                                quality: number | null;
                                /** @description Why it was dropped */
                                reason: string | null;
                                /** @description The policy's figure, lower is earlier; null when it was dropped */
                                score: number | null;
                                /**
                                 * @description What its location means for the text
                                 * @enum {string}
                                 */
                                treatment: "allow" | "redact" | "forbid";
                                worstCaseUsd: number | null;
                            }[];
                            /** @enum {string} */
                            costStatus: "known" | "free" | "estimated" | "unknown";
                            /** @description Cost in USD; null when a price is unknown */
                            costUsd: number | null;
                            durationMs: number;
                            errorCode: string | null;
                            /** @description Expected cost of the chosen model before the call */
                            expectedUsd: number | null;
                            experiment: {
                                arm: string;
                                id: string;
                                shadow: boolean;
                            } | null;
                            firstTokenMs: number | null;
                            id: string;
                            /** @description provider/model that answered */
                            model: string | null;
                            /** @description Predicted need of a strong model; null when no policy asked */
                            need: number | null;
                            /** @enum {string} */
                            outcome: "answered" | "failed" | "cancelled" | "explained";
                            pinnedModel: string | null;
                            /**
                             * @description How to choose among the configured models
                             * @enum {string}
                             */
                            policy: "balanced" | "cheapest" | "best" | "fastest" | "cost-quality";
                            privacy: {
                                /** @enum {string} */
                                class: "public" | "internal" | "proprietary-code" | "personal-data" | "secret";
                                /** @description What was found, never its text */
                                findings: {
                                    count: number;
                                    type: string;
                                }[];
                                redacted: boolean;
                            };
                            /** @description agent/operation, or the endpoint */
                            purpose: string;
                            /** @description Why this one, in a sentence or two */
                            reason: string;
                            scope: {
                                agent?: string;
                                task?: string;
                                team?: string;
                                /** @description Name of the API key */
                                tenant: string;
                                workflow?: string;
                            };
                            sticky: {
                                keptModel: string;
                                lossUsd: number;
                                savingUsd: number;
                                session: string;
                            } | null;
                            usage: components["schemas"]["Usage"];
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 8601 in UTC */
                        at: string;
                        attempts: {
                            /** @enum {string} */
                            costStatus: "known" | "free" | "estimated" | "unknown";
                            /** @description Cost in USD; null when a price is unknown */
                            costUsd: number | null;
                            durationMs: number;
                            endpoint: string;
                            errorCode: string | null;
                            firstTokenMs: number | null;
                            /** @description Started beside another one that was slow */
                            hedge: boolean;
                            model: string;
                            /** @description After the start of the request */
                            startedMs: number;
                            usage: components["schemas"]["Usage"];
                        }[];
                        budgets: {
                            cheapened: boolean;
                            id: string;
                            period: string;
                            remainingUsd: number;
                        }[];
                        /** @enum {string} */
                        cache: "off" | "miss" | "exact" | "semantic";
                        candidates: {
                            /** @description The filter that dropped it; null when it could be tried */
                            droppedBy: ("permission" | "privacy" | "ability" | "context" | "budget" | "health") | null;
                            expectedUsd: number | null;
                            /** @description Expected from measured time to first token and speed; null: not measured */
                            latencyMs: number | null;
                            /** @enum {string} */
                            location: "local" | "eu" | "us" | "third-party";
                            /** @description provider/model */
                            model: string;
                            /** @enum {string} */
                            price: "known" | "free" | "unknown";
                            /** @description For cost-quality the expected chance that its answer is good enough, else its configured quality and what was learnt of it; null: not known */
                            quality: number | null;
                            /** @description Why it was dropped */
                            reason: string | null;
                            /** @description The policy's figure, lower is earlier; null when it was dropped */
                            score: number | null;
                            /**
                             * @description What its location means for the text
                             * @enum {string}
                             */
                            treatment: "allow" | "redact" | "forbid";
                            worstCaseUsd: number | null;
                        }[];
                        /** @enum {string} */
                        costStatus: "known" | "free" | "estimated" | "unknown";
                        /** @description Cost in USD; null when a price is unknown */
                        costUsd: number | null;
                        durationMs: number;
                        errorCode: string | null;
                        /** @description Expected cost of the chosen model before the call */
                        expectedUsd: number | null;
                        experiment: {
                            arm: string;
                            id: string;
                            shadow: boolean;
                        } | null;
                        feedback: {
                            at: string;
                            comment: string | null;
                            score: number;
                        } | null;
                        firstTokenMs: number | null;
                        id: string;
                        /** @description provider/model that answered */
                        model: string | null;
                        /** @description Predicted need of a strong model; null when no policy asked */
                        need: number | null;
                        /** @enum {string} */
                        outcome: "answered" | "failed" | "cancelled" | "explained";
                        pinnedModel: string | null;
                        /**
                         * @description How to choose among the configured models
                         * @enum {string}
                         */
                        policy: "balanced" | "cheapest" | "best" | "fastest" | "cost-quality";
                        privacy: {
                            /** @enum {string} */
                            class: "public" | "internal" | "proprietary-code" | "personal-data" | "secret";
                            /** @description What was found, never its text */
                            findings: {
                                count: number;
                                type: string;
                            }[];
                            redacted: boolean;
                        };
                        /** @description agent/operation, or the endpoint */
                        purpose: string;
                        /** @description Why this one, in a sentence or two */
                        reason: string;
                        scope: {
                            agent?: string;
                            task?: string;
                            team?: string;
                            /** @description Name of the API key */
                            tenant: string;
                            workflow?: string;
                        };
                        sticky: {
                            keptModel: string;
                            lossUsd: number;
                            savingUsd: number;
                            session: string;
                        } | null;
                        usage: components["schemas"]["Usage"];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rateDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment?: string;
                    /** @description 1: the answer was good. 0: it was not */
                    score: number;
                };
            };
        };
        responses: {
            /** @description It is learnt */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainRouting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whom the call is for, for budgets */
                    agent?: string;
                    /** @description USD that the call may cost at most */
                    costLimitUsd?: number;
                    /** @description Keeps one side of an experiment; without it the session does, else the task */
                    experimentKey?: string;
                    /** @default 1024 */
                    maxOutputTokens?: number;
                    messages?: {
                        content: string | ({
                            text: string;
                            /** @enum {string} */
                            type: "text";
                        } | {
                            /** @enum {string} */
                            type: "image";
                            /** @description Never loaded: it only says that there is an image */
                            url: string;
                        })[];
                        /** @enum {string} */
                        role: "user" | "assistant";
                    }[];
                    /** @description provider/model, an alias, or a name that only one provider has */
                    model?: string;
                    /**
                     * @description What the call is made by: the endpoint (`chat/completions`, `messages`) or agent/operation. Rules for operations, experiments and what was learnt of answers go by it
                     * @default chat/completions
                     */
                    operation?: string;
                    /** @description JSON Schema that the answer is to have */
                    outputSchema?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description How to choose among the configured models
                     * @enum {string}
                     */
                    policy?: "balanced" | "cheapest" | "best" | "fastest" | "cost-quality";
                    /**
                     * @description The least class that the text is treated as
                     * @enum {string}
                     */
                    privacy?: "public" | "internal" | "proprietary-code" | "personal-data" | "secret";
                    /** @description One message of the user */
                    prompt?: string;
                    session?: string;
                    /** @description Whether the answer is to be streamed, which not every model can */
                    stream?: boolean;
                    /** @default  */
                    system?: string;
                    task?: string;
                    tools?: {
                        description?: string;
                        /** @default {} */
                        inputSchema?: {
                            [key: string]: unknown;
                        };
                        name: string;
                    }[];
                    workflow?: string;
                };
            };
        };
        responses: {
            /** @description The decision as it would be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 8601 in UTC */
                        at: string;
                        attempts: {
                            /** @enum {string} */
                            costStatus: "known" | "free" | "estimated" | "unknown";
                            /** @description Cost in USD; null when a price is unknown */
                            costUsd: number | null;
                            durationMs: number;
                            endpoint: string;
                            errorCode: string | null;
                            firstTokenMs: number | null;
                            /** @description Started beside another one that was slow */
                            hedge: boolean;
                            model: string;
                            /** @description After the start of the request */
                            startedMs: number;
                            usage: components["schemas"]["Usage"];
                        }[];
                        budgets: {
                            cheapened: boolean;
                            id: string;
                            period: string;
                            remainingUsd: number;
                        }[];
                        /** @enum {string} */
                        cache: "off" | "miss" | "exact" | "semantic";
                        candidates: {
                            /** @description The filter that dropped it; null when it could be tried */
                            droppedBy: ("permission" | "privacy" | "ability" | "context" | "budget" | "health") | null;
                            expectedUsd: number | null;
                            /** @description Expected from measured time to first token and speed; null: not measured */
                            latencyMs: number | null;
                            /** @enum {string} */
                            location: "local" | "eu" | "us" | "third-party";
                            /** @description provider/model */
                            model: string;
                            /** @enum {string} */
                            price: "known" | "free" | "unknown";
                            /** @description For cost-quality the expected chance that its answer is good enough, else its configured quality and what was learnt of it; null: not known */
                            quality: number | null;
                            /** @description Why it was dropped */
                            reason: string | null;
                            /** @description The policy's figure, lower is earlier; null when it was dropped */
                            score: number | null;
                            /**
                             * @description What its location means for the text
                             * @enum {string}
                             */
                            treatment: "allow" | "redact" | "forbid";
                            worstCaseUsd: number | null;
                        }[];
                        /** @enum {string} */
                        costStatus: "known" | "free" | "estimated" | "unknown";
                        /** @description Cost in USD; null when a price is unknown */
                        costUsd: number | null;
                        durationMs: number;
                        errorCode: string | null;
                        /** @description Expected cost of the chosen model before the call */
                        expectedUsd: number | null;
                        experiment: {
                            arm: string;
                            id: string;
                            shadow: boolean;
                        } | null;
                        firstTokenMs: number | null;
                        id: string;
                        /** @description provider/model that answered */
                        model: string | null;
                        /** @description Predicted need of a strong model; null when no policy asked */
                        need: number | null;
                        /** @enum {string} */
                        outcome: "answered" | "failed" | "cancelled" | "explained";
                        pinnedModel: string | null;
                        /**
                         * @description How to choose among the configured models
                         * @enum {string}
                         */
                        policy: "balanced" | "cheapest" | "best" | "fastest" | "cost-quality";
                        privacy: {
                            /** @enum {string} */
                            class: "public" | "internal" | "proprietary-code" | "personal-data" | "secret";
                            /** @description What was found, never its text */
                            findings: {
                                count: number;
                                type: string;
                            }[];
                            redacted: boolean;
                        };
                        /** @description agent/operation, or the endpoint */
                        purpose: string;
                        /** @description Why this one, in a sentence or two */
                        reason: string;
                        scope: {
                            agent?: string;
                            task?: string;
                            team?: string;
                            /** @description Name of the API key */
                            tenant: string;
                            workflow?: string;
                        };
                        sticky: {
                            keptModel: string;
                            lossUsd: number;
                            savingUsd: number;
                            session: string;
                        } | null;
                        usage: components["schemas"]["Usage"];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description Only of this API key; others than one's own for admin keys */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of schedules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nextCursor: string | null;
                        schedules: {
                            createdAt: string;
                            /** @description Minute, hour, day of month, month, day of week; or six fields with the second first, at least ten seconds apart. Also @hourly, @daily, @weekly, @monthly and @yearly */
                            cron: string;
                            /**
                             * @description Runs whose time comes while it is false are not missed runs: they never come
                             * @default true
                             */
                            enabled: boolean;
                            /**
                             * @description No run at that time or later, ISO 8601
                             * @default null
                             */
                            endAt: string | null;
                            id: string;
                            /**
                             * @description What becomes of runs that are more than a minute late because no worker was there: none runs; only the newest; or all, but at most the newest 100, which needs overlap: allow
                             * @default run-once
                             * @enum {string}
                             */
                            missedRuns: "skip" | "run-once" | "run-all";
                            /**
                             * @description Missed runs that are older are skipped by run-all, in ms
                             * @default 604800000
                             */
                            missedRunsWithinMs: number;
                            name: string;
                            /** @description Null: it is not enabled, or no more run comes */
                            nextRunAt: string | null;
                            /**
                             * @description What becomes of a run while an earlier one of the schedule has not ended
                             * @default skip
                             * @enum {string}
                             */
                            overlap: "skip" | "allow";
                            /**
                             * @description No run before, ISO 8601
                             * @default null
                             */
                            startAt: string | null;
                            /** @description Name of the API key that it belongs to */
                            tenant: string;
                            /**
                             * @description IANA name of the time zone that the expression is read in, such as Europe/Berlin
                             * @default UTC
                             */
                            timeZone: string;
                            updatedAt: string;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleRequest"];
            };
        };
        responses: {
            /** @description The schedule, created by an earlier request with the same idempotency key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The schedule */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    callbackUrl?: string | null;
                    /** @description Minute, hour, day of month, month, day of week; or six fields with the second first, at least ten seconds apart. Also @hourly, @daily, @weekly, @monthly and @yearly */
                    cron?: string;
                    /** @description Runs whose time comes while it is false are not missed runs: they never come */
                    enabled?: boolean;
                    /** @description No run at that time or later, ISO 8601 */
                    endAt?: string | null;
                    /**
                     * @description What becomes of runs that are more than a minute late because no worker was there: none runs; only the newest; or all, but at most the newest 100, which needs overlap: allow
                     * @enum {string}
                     */
                    missedRuns?: "skip" | "run-once" | "run-all";
                    /** @description Missed runs that are older are skipped by run-all, in ms */
                    missedRunsWithinMs?: number;
                    name?: string;
                    /**
                     * @description What becomes of a run while an earlier one of the schedule has not ended
                     * @enum {string}
                     */
                    overlap?: "skip" | "allow";
                    /** @description No run before, ISO 8601 */
                    startAt?: string | null;
                    /** @description What each run submits as one batch */
                    tasks?: components["schemas"]["TaskRequest"][];
                    /** @description IANA name of the time zone that the expression is read in, such as Europe/Berlin */
                    timeZone?: string;
                };
            };
        };
        responses: {
            /** @description The schedule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRun"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                agent?: string;
                batchId?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                status?: "queued" | "running" | "succeeded" | "failed" | "dead" | "cancelled";
                /** @description Name of an API key; only an admin may name another one */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nextCursor: string | null;
                        tasks: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers with what was accepted first */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskRequest"];
            };
        };
        responses: {
            /** @description The task, accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTask: {
        parameters: {
            query?: {
                /** @description Hold the answer until the work has ended, at most so many ms */
                waitMs?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTaskArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that the task has kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        artifacts: {
                            /** Format: date-time */
                            createdAt: string;
                            name: string;
                            sizeBytes: number;
                            /** @description Opens without a key until `urlExpiresAt`; an address, or a path of this API; null: there is no way to it */
                            url: string | null;
                            urlExpiresAt: string | null;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only events after this one are sent */
                "last-event-id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportUsage: {
        parameters: {
            query?: {
                agent?: string;
                format?: "json" | "csv";
                /** @description The first day or moment, in UTC. Default: the beginning of the month */
                from?: string;
                /** @description Comma-separated: day, model, provider, tenant, team, agent, workflow, task. Empty: the totals alone */
                groupBy?: string;
                model?: string;
                provider?: string;
                task?: string;
                team?: string;
                tenant?: string;
                /** @description The first day or moment that is not included, in UTC. Default: now */
                to?: string;
                workflow?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 8601 in UTC */
                        from: string;
                        groupBy: ("day" | "model" | "provider" | "tenant" | "team" | "agent" | "workflow" | "task")[];
                        rows: {
                            agent?: string | null;
                            /** @description Upstream calls, failed ones included */
                            calls: number;
                            /** @description Of the calls whose cost is known; null when it is known of none */
                            costUsd: number | null;
                            day?: string;
                            durationMs: number;
                            failedCalls: number;
                            model?: string | null;
                            provider?: string | null;
                            task?: string | null;
                            team?: string | null;
                            tenant?: string | null;
                            /** @description Calls whose cost is not known: costUsd does not have them */
                            unknownCostCalls: number;
                            usage: components["schemas"]["Usage"];
                            workflow?: string | null;
                            /** @description The most that the calls of unknown cost can have cost, as far as that is known */
                            worstCaseUsd: number;
                        }[];
                        /** @description ISO 8601 in UTC; not included */
                        to: string;
                        totals: {
                            /** @description Upstream calls, failed ones included */
                            calls: number;
                            /** @description Of the calls whose cost is known; null when it is known of none */
                            costUsd: number | null;
                            durationMs: number;
                            failedCalls: number;
                            /** @description Calls whose cost is not known: costUsd does not have them */
                            unknownCostCalls: number;
                            usage: components["schemas"]["Usage"];
                            /** @description The most that the calls of unknown cost can have cost, as far as that is known */
                            worstCaseUsd: number;
                        };
                    };
                    "text/csv": string;
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All live workers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workers: {
                            /** @description Whose tasks it takes, and how many of them at once */
                            agents: {
                                concurrency: number;
                                name: string;
                            }[];
                            /** @description What it can do besides, such as sandbox: bubblewrap; or why it cannot */
                            capabilities: {
                                [key: string]: string;
                            };
                            /** @description Tasks that it runs at once */
                            concurrency: number;
                            /** @description It ends what it runs and takes no more */
                            draining: boolean;
                            host: string;
                            /** @description Made anew with each start */
                            id: string;
                            pid: number;
                            /** @description Tasks that it runs now */
                            running: number;
                            /**
                             * Format: date-time
                             * @description Its last heartbeat, by its own clock
                             */
                            seenAt: string;
                            /** Format: date-time */
                            startedAt: string;
                            /** @description Of the runtime */
                            version: string;
                        }[];
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key is missing or wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
