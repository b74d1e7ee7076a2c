// A chat server of one room in the shape that most Go servers on gorilla/websocket have, after that library's own
// chat example: a hub goroutine that owns the set of members, and for each member a goroutine that reads and one
// that writes, joined by a channel of 256 messages. A member whose channel is full is dropped. What has queued up
// by the time a write begins goes into the same frame, with newlines between the messages.
package main

import (
	"bytes"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	writeWait    = 10 * time.Second
	pongWait     = 60 * time.Second
	pingEvery    = 54 * time.Second
	maxMessage   = 512
	queueLength  = 256
	bufferLength = 1024
)

// hub owns the room: only its own goroutine touches the set of members.
type hub struct {
	members    map[*member]bool
	broadcast  chan []byte
	register   chan *member
	unregister chan *member
}

// member is one connection.
type member struct {
	hub        *hub
	connection *websocket.Conn
	queue      chan []byte
}

func main() {
	room := &hub{
		members:    make(map[*member]bool),
		broadcast:  make(chan []byte),
		register:   make(chan *member),
		unregister: make(chan *member),
	}
	go room.run()

	upgrader := websocket.Upgrader{ReadBufferSize: bufferLength, WriteBufferSize: bufferLength}
	http.HandleFunc("/ws", func(response http.ResponseWriter, request *http.Request) {
		connection, err := upgrader.Upgrade(response, request, nil)
		if err != nil {
			log.Println(err)
			return
		}
		joining := &member{hub: room, connection: connection, queue: make(chan []byte, queueLength)}
		room.register <- joining
		go joining.write()
		go joining.read()
	})

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

func (room *hub) run() {
	for {
		select {
		case joining := <-room.register:
			room.members[joining] = true
		case leaving := <-room.unregister:
			room.drop(leaving)
		case message := <-room.broadcast:
			for each := range room.members {
				select {
				case each.queue <- message:
				default:
					room.drop(each)
				}
			}
		}
	}
}

func (room *hub) drop(leaving *member) {
	if room.members[leaving] {
		delete(room.members, leaving)
		close(leaving.queue)
	}
}

func (reading *member) read() {
	defer func() {
		reading.hub.unregister <- reading
		reading.connection.Close()
	}()
	reading.connection.SetReadLimit(maxMessage)
	reading.connection.SetReadDeadline(time.Now().Add(pongWait))
	reading.connection.SetPongHandler(func(string) error {
		return reading.connection.SetReadDeadline(time.Now().Add(pongWait))
	})
	for {
		_, message, err := reading.connection.ReadMessage()
		if err != nil {
			return
		}
		message = bytes.TrimSpace(bytes.ReplaceAll(message, []byte{'\n'}, []byte{' '}))
		reading.hub.broadcast <- message
	}
}

func (writing *member) write() {
	ticker := time.NewTicker(pingEvery)
	defer func() {
		ticker.Stop()
		writing.connection.Close()
	}()
	for {
		select {
		case message, open := <-writing.queue:
			writing.connection.SetWriteDeadline(time.Now().Add(writeWait))
			if !open {
				writing.connection.WriteMessage(websocket.CloseMessage, []byte{})
				return
			}
			if writing.writeQueued(message) != nil {
				return
			}
		case <-ticker.C:
			writing.connection.SetWriteDeadline(time.Now().Add(writeWait))
			if writing.connection.WriteMessage(websocket.PingMessage, nil) != nil {
				return
			}
		}
	}
}

// writeQueued writes a message and all that are queued behind it as one frame.
func (writing *member) writeQueued(message []byte) error {
	frame, err := writing.connection.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	frame.Write(message)
	for waiting := len(writing.queue); waiting > 0; waiting-- {
		frame.Write([]byte{'\n'})
		frame.Write(<-writing.queue)
	}
	return frame.Close()
}
